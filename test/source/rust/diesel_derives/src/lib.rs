//! Derives that take the attributes of diesel's, and add nothing.

use proc_macro::TokenStream;

#[proc_macro_derive(SqlType, attributes(diesel))]
pub fn sql_type(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

#[proc_macro_derive(QueryId, attributes(diesel))]
pub fn query_id(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

#[proc_macro_derive(AsExpression, attributes(diesel))]
pub fn as_expression(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

#[proc_macro_derive(FromSqlRow, attributes(diesel))]
pub fn from_sql_row(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

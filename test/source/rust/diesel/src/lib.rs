//! The part of diesel 2 that the source is written for, with the signatures that it has there. (Debian has no diesel 2.)

pub mod sql_types {
    pub use diesel_derives::SqlType;
}

pub mod query_builder {
    pub use diesel_derives::QueryId;
}

pub mod expression {
    pub use diesel_derives::AsExpression;
}

pub mod pg {
    pub struct Pg;

    pub struct PgValue<'a>(pub &'a [u8]);

    impl<'a> PgValue<'a> {
        pub fn as_bytes(&self) -> &'a [u8] {
            self.0
        }
    }
}

pub mod deserialize {
    pub use diesel_derives::FromSqlRow;

    pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

    pub trait FromSql<A, DB>: Sized {
        fn from_sql(bytes: crate::pg::PgValue<'_>) -> Result<Self>;
    }
}

pub mod serialize {
    pub type Result = std::result::Result<IsNull, Box<dyn std::error::Error + Send + Sync>>;

    #[derive(Debug, PartialEq, Eq)]
    pub enum IsNull {
        Yes,
        No,
    }

    pub struct Output<'a, 'b, DB> {
        pub bytes: &'b mut Vec<u8>,
        pub backend: std::marker::PhantomData<&'a DB>,
    }

    impl<'a, 'b, DB> std::io::Write for Output<'a, 'b, DB> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.bytes.write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    pub trait ToSql<A, DB> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> Result;
    }
}

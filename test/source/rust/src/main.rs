//! The source in Rust: every text is read, by serde, postgres-types and diesel too.

#![deny(warnings)]
#![allow(dead_code)]

mod enums;

use enums::{Class, ClassMapping, MessageRole, TaskStatus};
use std::convert::TryFrom;

fn from_hex(hex: &str) -> String {
    let bytes = (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}

fn check_serde(value: Class, text: &str) {
    let json = serde_json::to_string(text).unwrap();
    assert_eq!(serde_json::from_str::<Class>(&json).unwrap(), value);
    assert_eq!(serde_json::to_string(&value).unwrap(), serde_json::to_string(value.as_str()).unwrap());
}

fn check_postgres_types(value: Class) {
    use postgres_types::{FromSql, Kind, ToSql, Type};
    let class = Type::new("class".into(), 1, Kind::Simple, "Odd \"schema\"".into());
    assert!(<Class as FromSql>::accepts(&class) && <Class as ToSql>::accepts(&class));
    assert!(!<Class as FromSql>::accepts(&Type::TEXT));
    let mut sent = Default::default();
    value.to_sql_checked(&class, &mut sent).unwrap();
    assert_eq!(&sent[..], value.as_str().as_bytes());
    assert_eq!(Class::from_sql(&class, &sent).unwrap(), value);
    assert_eq!(Class::from_sql(&class, &value.code().to_be_bytes()).unwrap(), value);
}

fn check_diesel(value: Class) {
    use diesel::deserialize::FromSql;
    use diesel::serialize::{IsNull, Output, ToSql};
    let mut bytes = Vec::new();
    let mut out = Output { bytes: &mut bytes, backend: std::marker::PhantomData::<&diesel::pg::Pg> };
    assert_eq!(ToSql::<ClassMapping, _>::to_sql(&value, &mut out).unwrap(), IsNull::No);
    assert_eq!(<Class as FromSql<ClassMapping, _>>::from_sql(diesel::pg::PgValue(&bytes)).unwrap(), value);
}

fn main() {
    let place = std::env::var("PLACE").unwrap();
    let texts = std::fs::read_to_string(place + "/texts").unwrap();
    assert!(texts.lines().count() > 20);
    for line in texts.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let (text, name) = (from_hex(fields[1]), from_hex(fields[2]));
        let value: Class = text.parse().unwrap();
        assert_eq!((value.code().to_string().as_str(), value.as_str()), (fields[0], name.as_str()));
        assert_eq!((value.to_string(), Class::try_from(value.code())), (name, Ok(value)));
        check_serde(value, &text);
        check_postgres_types(value);
        check_diesel(value);
    }
    assert_eq!(Class::from_bytes(&[0, 1, 0x94]), Ok(Class::Value404));
    assert!("nothing".parse::<Class>().is_err() && Class::try_from(99).is_err() && Class::from_bytes(b"").is_err());
    assert_eq!("nothing".parse::<Class>().unwrap_err().to_string(), "\"nothing\" is no value of class");
    assert_eq!(TaskStatus::WaitingApproval as i16, 4);
    assert!(TaskStatus::Pending < TaskStatus::Ready && MessageRole::ALL.len() == 6);
}

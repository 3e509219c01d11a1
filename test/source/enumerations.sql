-- Enumerations whose names, aliases and descriptions are what a language could stumble over. "<rlo>" stands for a character
-- that reverses the direction of writing, "<ls>" for the end of a line of another kind.
CREATE SCHEMA "Odd ""schema""";
SELECT gb_enum_create('"Odd ""schema"""."class"', description => E'*/ """ \\ ''here'' #" <b> ]]> -->\nfn main() {} ends with "',
    definition => replace(replace($$
    -3 "null"        "*/ } /* \"\"\" ''' // -->\n@deprecated\r} \\ */\\" alias "NULL!"
     0 self          "@deprecated {@code x} C:\\users \\u002a\\u002f <b>&amp; `rm` ${HOME} $(id) %s {0} {type}"
     1 "in progress" alias "in\tprogress" alias "in\nprogress"
     2 in_progress   deprecated use "in progress"
     3 inProgress    "Three \"names\" for one" deprecated
     4 "2nd"         "digits first" deprecated
   404 "404"
     5 "--"          "no letter or digit"
     6 "++"          alias "quote'quote\"quote\\quote`quote"
     7 concluído     "Acentuação" alias 완료
     8 已完成         "finished <rlo>backwards<ls>and more"
     9 "a*/b"        alias "*/" alias "??/" alias "${x} $x #{x} %d {}" deprecated use "a\\b"
    10 "a\\b"        "ends with a backslash \\"
    11 "true"        "true"
    12 "class"       alias "@interface"
    13 type
    14 "values"
    15 "__proto__"   alias constructor
    16 "name"        "<![CDATA[ ```\nfn main() { panic!() }\n``` ]]>"
    17 "mro"
    18 HTTPError2xx  "/"
    19 "v1.2-beta"   "*"
    20 "value 20"    ""
    21 "x\"; DROP TABLE t; --"
    22 "rlo <rlo> ls <ls> end"
    retired 30 gone
$$, '<rlo>', chr(8238)), '<ls>', chr(8232)));
SELECT gb_enum_create('own', definition => '5 only');
SELECT gb_enum_create('"Odd ""schema""".own', '{first,second}');
SELECT gb_enum_create('result', '{ok,err}');
SELECT gb_enum_create('string', '{a,b}');
SELECT gb_enum_create('task', '{status,status_pending}');
-- Values like members that a source, or a language, gives to an enumeration; and types like those that a source uses.
SELECT gb_enum_create('members', '{ALL,Err,Error,MIN,None,Ok,Self,_,__class__,_missing_,aliases,class,clone,code,column_type,
    companion,deprecated,entries,equals,fingerprint,format,from_bytes,from_code,from_name,get_class,hash,hashCode,name,number,of,
    of_code,ordinal,prototype,scan,sql_type,text,to_name,to_string,toString,undefined,unknown,valueOf,value__,values}');
SELECT gb_enum_create(quote_ident(type), ARRAY['self', 'first', type])
FROM unnest('{a,any,array,boolean,box,char,companion,enum,error,exception,function,int,iterator,list,map,"null",object,option,
    optional,promise,range_error,record,send,some,sync,throwable,unit,value,value_error,void}'::text[]) type;

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Words that no server from MySQL 5.7 and MariaDB 10 on takes for a name unless it is quoted. */
export const RESERVED_WORDS =
  words(`add all alter analyze and as asc before between bigint binary blob both by call
cascade case change char character check collate column condition constraint continue convert create cross
current_date current_time current_timestamp current_user cursor database databases dec decimal declare default
delayed delete desc describe distinct distinctrow div double drop dual each else elseif enclosed escaped exists exit
explain false fetch float for force foreign from fulltext grant group having high_priority if ignore in index infile
inner inout insert int integer interval into is iterate join key keys kill leading leave left like limit lines load
localtime localtimestamp lock long longblob longtext loop low_priority match mediumblob mediumint mediumtext mod
natural not null numeric on optimize option optionally or order out outer outfile partition precision primary
procedure purge range read reads real references regexp release rename repeat replace require restrict return revoke
right rlike schema schemas select separator set show smallint spatial sql_big_result sql_calc_found_rows
sql_small_result starting straight_join table terminated then tinyblob tinyint tinytext to trailing trigger true undo
union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp values varbinary varchar varying
when where while with write xor year_month zerofill day_hour day_minute day_second day_microsecond hour_minute
hour_second hour_microsecond minute_second minute_microsecond second_microsecond`);

/** After these an opening parenthesis is no call, so that a space before it makes no difference. */
export const GRAMMAR_WORDS =
  words(`all and as between by case distinct div else exists from having in is join like not
on or over regexp rlike select then when where xor union on using`);

/** Words that may stand between SELECT and the first column. */
export const SELECT_MODIFIERS = words(`all distinct distinctrow high_priority straight_join sql_small_result
sql_big_result sql_buffer_result sql_no_cache sql_cache sql_calc_found_rows`);

/** Words that end the FROM clause. */
export const CLAUSE_WORDS = words(
  `where group having window order limit qualify procedure into for lock fetch offset`,
);

/** Functions that work on one row. Any other one may be an aggregate. */
export const ROW_FUNCTIONS =
  words(`abs ascii bin cast ceil ceiling char char_length character_length coalesce concat
concat_ws conv convert convert_tz crc32 curdate current_date current_timestamp date date_add date_format date_sub
datediff day dayname dayofmonth dayofweek dayofyear elt exists extract field find_in_set floor format from_days
from_unixtime greatest hex hour if ifnull in instr interval isnull json_array json_contains json_extract json_length
json_object json_unquote json_valid last_day lcase least left length locate lower lpad ltrim makedate md5 mid minute
mod month monthname nullif now octet_length ord position pow power quarter repeat replace reverse right round rpad
rtrim second sha1 sha2 sign space sqrt str_to_date strcmp substr substring substring_index time timediff timestamp
timestampadd timestampdiff to_days trim truncate ucase unhex unix_timestamp upper utc_date utc_timestamp week weekday
weekofyear year yearweek row_number rank dense_rank lag lead first_value last_value nth_value ntile percent_rank
cume_dist decimal char varchar binary`);

import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What SQLite has, or is given in functions.ts there, so that a filter reads alike on both engines. */
export async function createPostgresFunctions<Tables>(db: Kysely<Tables>): Promise<void> {
  for (const definition of [FOLD, INSTR, INSTANT]) await sql.raw(definition).execute(db);
}

/** `foldCase`: with the case rules of Unicode, whatever the database's locale. */
const FOLD = `create or replace function fold(value text) returns text
  language sql immutable strict parallel safe
  as $$ select lower(normalize(value, nfc) collate "und-x-icu") $$`;

const INSTR = `create or replace function instr(value text, part text) returns integer
  language sql immutable strict parallel safe
  as $$ select strpos(value, part) $$`;

/**
 * `parseInstant`: UTC milliseconds, or null when the text is no date. Counted by hand, because the casts of
 * PostgreSQL raise errors, and know no year 0.
 */
const INSTANT = `create or replace function instant(value text) returns bigint
  language plpgsql immutable strict parallel safe
  as $$
declare
  p text[] := regexp_match(value, '^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[Tt](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?(?:[Zz]|([+-])(\\d\\d):(\\d\\d))?)?$');
  y integer := p[1]; m integer := p[2]; d integer := p[3];
  hh integer := coalesce(p[4], '0'); mi integer := coalesce(p[5], '0'); ss integer := coalesce(p[6], '0');
  ms integer := substr(rpad(coalesce(p[7], '0'), 3, '0'), 1, 3);
  offset_minutes integer := coalesce((p[8] || '1')::integer * (p[9]::integer * 60 + p[10]::integer), 0);
  leap boolean; era integer; yoe integer; doe integer;
begin
  if p is null or m not between 1 and 12 or d < 1 or mi > 59 or ss > 59 or hh > 24 then return null; end if;
  if hh = 24 and (mi > 0 or ss > 0 or ms > 0) then return null; end if;
  if p[9]::integer > 23 or p[10]::integer > 59 then return null; end if;
  leap := (y % 4 = 0 and y % 100 <> 0) or y % 400 = 0;
  if d > (case when m = 2 then 28 + leap::integer when m in (4, 6, 9, 11) then 30 else 31 end) then return null; end if;
  -- Days since 1970-01-01, counting years from March so that the leap day comes last.
  if m <= 2 then y := y - 1; end if;
  era := floor(y / 400.0);
  yoe := y - era * 400;
  doe := yoe * 365 + yoe / 4 - yoe / 100 + (153 * (m + case when m > 2 then -3 else 9 end) + 2) / 5 + d - 1;
  return ((era * 146097 + doe - 719468)::bigint * 86400 + hh * 3600 + mi * 60 + ss - offset_minutes * 60) * 1000 + ms;
end $$`;

import type { Statement } from '@smart-tickets/kit/postgres';
import { lessThan, markEnd, markStart } from '../domain/highlight.ts';
import { defaultConfig, plainConfig } from '../domain/languages.ts';

// None of the statements that hold a tsquery has a name: a prepared one would be planned without knowing the words.

/** Counting stops here. */
export const mostCounted = 10_001;
/** Relevance is judged among this many of the newest hits. */
const rankedWindow = 1_000;
const mostLanguages = 5;
/** Characters of a document's newest messages in which the found words are shown. */
const headlineLength = 10_000;

/** Lets the next statement run until this long after the transaction began; then it ends with error 57014. */
export function limitTime(ms: number): Statement {
  return {
    name: 'time-limit',
    text: `select set_config('statement_timeout', greatest(1, $1 - ceil(
             extract(epoch from clock_timestamp() - now()) * 1000)::int)::text, true)`,
    values: [ms],
  };
}

/**
 * How each text reads in the workspace's languages (English and the five most frequent) and, without accents, plainly:
 * rows of term, config and query, see TermReading.
 */
export function readTerms(
  workspaceId: string,
  texts: readonly string[],
  plainTexts: readonly string[],
): Statement {
  return {
    name: 'terms-read',
    text: `with configs as (
             select $4::text as config
              union
             (select config from search_language where workspace_id = $1 and config <> $5
               order by documents desc, config limit ${mostLanguages}))
           select t.place::int - 1 as term, c.config, phraseto_tsquery(c.config::regconfig, t.text)::text as query
             from unnest($2::text[]) with ordinality as t(text, place) cross join configs c
            union all
           select t.place::int - 1, $5, phraseto_tsquery($5::regconfig, t.text)::text
             from unnest($3::text[]) with ordinality as t(text, place)`,
    values: [workspaceId, texts, plainTexts, defaultConfig, plainConfig],
  };
}

/** What is looked for. `tsquery` null stands for everything; the ticket numbered `exceptNumber` is left out. */
export interface Wanted {
  readonly workspaceId: string;
  readonly tsquery: string | null;
  readonly exceptNumber: number | null;
}

// Parameters $1 to $3 of every statement below.
function wantedValues({ workspaceId, tsquery, exceptNumber }: Wanted): unknown[] {
  return [workspaceId, tsquery, exceptNumber];
}

function whereWanted({ tsquery }: Wanted): string {
  const words = tsquery === null ? '$2::text is null' : 'tsv @@ $2::text::tsquery';
  return `workspace_id = $1 and ${words} and ($3::int is null or number <> $3)`;
}

/** One row with `hits`, at most `mostCounted`. */
export function countHits(wanted: Wanted): Statement {
  return {
    text: `select count(*) as hits
             from (select from search_doc where ${whereWanted(wanted)} limit ${mostCounted}) h`,
    values: wantedValues(wanted),
  };
}

/** One row with `documents`. */
export function countDocuments(workspaceId: string): Statement {
  return {
    text: 'select count(*) as documents from search_doc where workspace_id = $1',
    values: [workspaceId],
  };
}

/** How found words are shown. `configs` are those the query was read in. */
export interface Marks {
  readonly tsquery: string;
  readonly configs: readonly string[];
  readonly literals: readonly string[];
}

/** A row of a page. `key` is the instant that the page is sorted by; subject and snippets hold marks. */
export interface HitRow {
  readonly ticketId: string;
  readonly score: number | null;
  readonly key: string | null;
  readonly subject: string;
  readonly markedSubject: string | null;
  readonly markedBody: string | null;
  readonly literalBody: string | null;
}

/** The ticket of a number, as a page of at most one row. */
export function hitByNumber(workspaceId: string, number: number, marks: Marks): Statement {
  return {
    text: `with page as (
             select ticket_id, null::float8 as score, null::timestamptz as key
               from search_doc where workspace_id = $1 and number = $2 limit 1)
           ${shown(3, '')}`,
    values: [workspaceId, number, ...markValues(marks)],
  };
}

/**
 * The most relevant of the newest hits, after (score, id) when given. `rare` says that the hits are few enough to be
 * all collected first; else the planner walks the newest tickets until it has enough.
 */
export function relevantHits(
  wanted: Wanted,
  rare: boolean,
  after: { score: number; id: string } | null,
  limit: number,
  marks: Marks,
): Statement {
  const newest = `order by updated_at desc, ticket_id desc limit ${rankedWindow}`;
  const columns = 'ticket_id, updated_at, tsv';
  const recent = rare
    ? `hits as materialized (select ${columns} from search_doc where ${whereWanted(wanted)}),
       recent as (select * from hits ${newest})`
    : `recent as (select ${columns} from search_doc where ${whereWanted(wanted)} ${newest})`;
  return {
    text: `with ${recent},
           ranked as (select ticket_id, ts_rank_cd(tsv, $2::text::tsquery, 1)::float8 as score from recent),
           page as (
             select ticket_id, score, null::timestamptz as key from ranked
              where $4::float8 is null or (score, ticket_id) < ($4, $5::uuid)
              order by score desc, ticket_id desc limit $6)
           ${shown(7, 'order by p.score desc, p.ticket_id desc')}`,
    values: [...wantedValues(wanted), after?.score ?? null, after?.id ?? null, limit, ...markValues(marks)],
  };
}

/** The newest hits by one instant, after (instant, id) when given; `rare` as in `relevantHits`. */
export function newestHits(
  wanted: Wanted,
  by: 'updated_at' | 'created_at',
  rare: boolean,
  after: { key: string; id: string } | null,
  limit: number,
  marks: Marks,
): Statement {
  const place =
    after === null ? '$4::timestamptz is null and $5::uuid is null' : `(${by}, ticket_id) < ($4, $5)`;
  const select = (from: string): string =>
    `select ticket_id, null::float8 as score, ${by} as key from ${from} and ${place}
      order by ${by} desc, ticket_id desc limit $6`;
  const page = rare
    ? `hits as materialized (select ticket_id, ${by} from search_doc where ${whereWanted(wanted)}),
       page as (${select('hits where true')})`
    : `page as (${select(`search_doc where ${whereWanted(wanted)}`)})`;
  return {
    text: `with ${page} ${shown(7, 'order by p.key desc, p.ticket_id desc')}`,
    values: [...wantedValues(wanted), after?.key ?? null, after?.id ?? null, limit, ...markValues(marks)],
  };
}

function markValues({ tsquery, configs, literals }: Marks): unknown[] {
  return [
    tsquery,
    configs,
    literals,
    `${sharedOptions}, HighlightAll=true`,
    `${sharedOptions}, ${fragments}`,
  ];
}

const sharedOptions = `StartSel=${markStart}, StopSel=${markEnd}`;
const fragments = 'MaxFragments=2, MinWords=8, MaxWords=25, ShortWord=0, FragmentDelimiter=" ... "';

/** Joins a page to its documents; parameters from `first` on are those of `markValues`. */
function shown(first: number, order: string): string {
  const [tsquery, configs, literals, whole, parts] = Array.from({ length: 5 }, (_, n) => `$${first + n}`);
  const config = `(case when d.config = any(${configs}::text[]) then d.config else '${plainConfig}' end)::regconfig`;
  const headline = (text: string, options: string): string =>
    `case when ${tsquery}::text <> '' then
       ts_headline(${config}, translate(${text}, '<', '${lessThan}'), ${tsquery}::text::tsquery, ${options}::text)
     end`;
  return `
    select p.ticket_id as "ticketId", p.score, p.key, d.subject,
           ${headline('d.subject', whole ?? '')} as "markedSubject",
           ${headline(`left(d.body, ${headlineLength})`, parts ?? '')} as "markedBody",
           (select substr(d.body, greatest(1, l.place - 60), 240)
              from (select strpos(lower(d.body), text) as place
                      from unnest(${literals}::text[]) with ordinality as literal(text, nth) order by nth) l
             where l.place > 0 limit 1) as "literalBody"
      from page p join search_doc d on d.workspace_id = $1 and d.ticket_id = p.ticket_id
     ${order}`;
}

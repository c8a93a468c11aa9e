import { readAllInWorkspace, readInWorkspace, type Statement } from '@smart-tickets/kit/postgres';
import pg from 'pg';
import { buildTsquery, termsOf, type TermReading } from '../domain/build-tsquery.ts';
import { literalsOf, markedHtml, markLiterals } from '../domain/highlight.ts';
import { plainConfig } from '../domain/languages.ts';
import type { ParsedQuery } from '../domain/parse-query.ts';
import type { Highlight, Place, SearchSort } from '../domain/search-page.ts';
import { folded } from '../domain/search-text.ts';
import {
  countDocuments,
  countHits,
  hitByNumber,
  limitTime,
  mostCounted,
  newestHits,
  readTerms,
  relevantHits,
  type HitRow,
  type Marks,
  type Wanted,
} from './search-statements.ts';

/** What to read: `first` hits after `place`, or from the beginning. */
export interface HitsAsked {
  readonly parsed: ParsedQuery;
  readonly sort: SearchSort;
  readonly first: number;
  readonly place: Place | null;
  readonly limitMs: number;
}

/** A hit with its place in the list. */
export interface FoundHit {
  readonly ticketId: string;
  readonly score: number | null;
  readonly highlights: readonly Highlight[];
  readonly place: Place;
}

/** Hits of one page; `total` is at most 10,000. */
export interface FoundHits {
  readonly rows: readonly FoundHit[];
  readonly hasNextPage: boolean;
  readonly total: number;
  readonly totalExact: boolean;
}

const nothing: FoundHits = { rows: [], hasNextPage: false, total: 0, totalExact: true };

/** Reads one page of hits. Fails with an error that `isTimeout` knows when it takes longer than `limitMs` in all. */
export async function readHits(pool: pg.Pool, workspaceId: string, asked: HitsAsked): Promise<FoundHits> {
  if (asked.parsed.kind === 'NOTHING') return nothing;
  const search = new Search(pool, workspaceId, asked.limitMs);
  const query = await understand(search, asked.parsed);
  return query === null ? nothing : readPage(search, asked, query);
}

/** The statements of one search. What is known of one decides the next, but they need no common transaction. */
class Search {
  readonly workspaceId: string;
  readonly #pool: pg.Pool;
  readonly #endsAt: number;

  constructor(pool: pg.Pool, workspaceId: string, limitMs: number) {
    this.#pool = pool;
    this.workspaceId = workspaceId;
    this.#endsAt = performance.now() + limitMs;
  }

  /** The rows of each statement, in one round trip; they are given what is left of the time. */
  async read<Rows extends pg.QueryResultRow[]>(
    ...statements: { readonly [Nth in keyof Rows]: Statement }
  ): Promise<{ [Nth in keyof Rows]: Rows[Nth][] }> {
    const limit = limitTime(Math.max(1, Math.ceil(this.#endsAt - performance.now())));
    // Each statement has a limit of its own: what one has used is not there for the next.
    const timed = statements.flatMap((statement) => [limit, statement]);
    const answers = await readAllInWorkspace(this.#pool, this.workspaceId, timed);
    return answers.filter((_, nth) => nth % 2 === 1) as { [Nth in keyof Rows]: Rows[Nth][] };
  }
}

/** Whether a statement ran out of its time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014';
}

/** How many tickets of the workspace can be found. */
export async function readDocumentCount(pool: pg.Pool, workspaceId: string): Promise<number> {
  const [row] = await readInWorkspace<{ documents: number }>(pool, workspaceId, countDocuments(workspaceId));
  return row?.documents ?? 0;
}

interface Understood {
  readonly tsquery: string | null;
  readonly marks: Marks;
}

async function understand(search: Search, parsed: ParsedQuery): Promise<Understood | null> {
  if (parsed.kind === 'EVERYTHING')
    return { tsquery: null, marks: { tsquery: '', configs: [], literals: [] } };
  const terms = termsOf(parsed);
  const texts = terms.map(({ text }) => text);
  const [rows] = await search.read<[TermReading]>(readTerms(search.workspaceId, texts, texts.map(folded)));
  const built = buildTsquery(parsed, rows);
  if (built === null) return null;
  const configs = [...new Set(rows.map(({ config }) => config))].filter((config) => config !== plainConfig);
  return { tsquery: built.search, marks: { tsquery: built.marks, configs, literals: literalsOf(terms) } };
}

async function readPage(
  search: Search,
  asked: HitsAsked,
  { tsquery, marks }: Understood,
): Promise<FoundHits> {
  const { parsed, place, first } = asked;
  const { workspaceId } = search;
  const wanted: Wanted = { workspaceId, tsquery, exceptNumber: parsed.number };
  const count = countHits(wanted);
  const [counts, ofNumber] =
    parsed.number === null
      ? [...(await search.read<[{ hits: number }]>(count)), []]
      : await search.read<[{ hits: number }, HitRow]>(count, hitByNumber(workspaceId, parsed.number, marks));
  const hits = counts[0]?.hits ?? 0;
  const leading = place === null ? ofNumber : [];
  const limit = first - leading.length;
  const rest = hits === 0 ? [] : await readRest(search, asked, wanted, hits < mostCounted, limit + 1, marks);
  const counted = hits + ofNumber.length;
  return {
    rows: [
      ...leading.map((row) => foundHit(row, marks, { at: 'NUMBER' })),
      ...rest.slice(0, limit).map((row) => foundHit(row, marks, placeOfRow(row))),
    ],
    hasNextPage: rest.length > limit,
    total: Math.min(counted, mostCounted - 1),
    totalExact: counted < mostCounted,
  };
}

async function readRest(
  search: Search,
  { sort, place }: HitsAsked,
  wanted: Wanted,
  rare: boolean,
  limit: number,
  marks: Marks,
): Promise<HitRow[]> {
  const statement =
    sort === 'RELEVANCE'
      ? relevantHits(wanted, rare, place?.at === 'SCORE' ? place : null, limit, marks)
      : newestHits(
          wanted,
          sort === 'CREATED_DESC' ? 'created_at' : 'updated_at',
          rare && wanted.tsquery !== null,
          place?.at === 'INSTANT' ? place : null,
          limit,
          marks,
        );
  const [rows] = await search.read<[HitRow]>(statement);
  return rows;
}

function placeOfRow({ ticketId, score, key }: HitRow): Place {
  return score === null
    ? { at: 'INSTANT', key: key ?? '', id: ticketId }
    : { at: 'SCORE', score, id: ticketId };
}

function foundHit(row: HitRow, marks: Marks, place: Place): FoundHit {
  const subject = markedHtml(markLiterals(row.markedSubject ?? row.subject, marks.literals));
  const body = markedHtml(markLiterals(row.literalBody ?? row.markedBody ?? '', marks.literals));
  const highlights: Highlight[] = [];
  if (subject !== null) highlights.push({ field: 'subject', html: subject });
  if (body !== null) highlights.push({ field: 'body', html: body });
  return { ticketId: row.ticketId, score: row.score, highlights, place };
}

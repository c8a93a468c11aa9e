import { inWorkspace, type Statement, type Tx } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
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
  const found = await inWorkspace<FoundHits, never>(pool, workspaceId, async (unlimited) => {
    const tx = limited(unlimited, asked.limitMs);
    const query = await understand(tx, asked.parsed);
    return ok(query === null ? nothing : await readPage(tx, asked, query));
  });
  if (!found.ok) throw new Error('unreachable: reading has no expected failure');
  return found.value;
}

// Each statement is given what is left of the time; the two travel together. Not by `send`: of the faults that follow
// a time-out, that of a statement sent would be taken for the reason.
function limited(tx: Tx, limitMs: number): Tx {
  return {
    ...tx,
    query: async <Row extends pg.QueryResultRow>(statement: Statement) => {
      const limiting = tx.query(limitTime(limitMs));
      const answer = tx.query<Row>(statement);
      answer.catch(() => undefined);
      await limiting;
      return answer;
    },
  };
}

/** Whether a statement ran out of its time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014';
}

/** How many tickets of the workspace can be found. */
export async function readDocumentCount(pool: pg.Pool, workspaceId: string): Promise<number> {
  const counted = await inWorkspace<number, never>(pool, workspaceId, async (tx) => {
    const { rows } = await tx.query<{ documents: number }>(countDocuments(workspaceId));
    return ok(rows[0]?.documents ?? 0);
  });
  return counted.ok ? counted.value : 0;
}

interface Understood {
  readonly tsquery: string | null;
  readonly marks: Marks;
}

async function understand(tx: Tx, parsed: ParsedQuery): Promise<Understood | null> {
  if (parsed.kind === 'EVERYTHING')
    return { tsquery: null, marks: { tsquery: '', configs: [], literals: [] } };
  const terms = termsOf(parsed);
  const texts = terms.map(({ text }) => text);
  const { rows } = await tx.query<TermReading>(readTerms(tx.workspaceId, texts, texts.map(folded)));
  const built = buildTsquery(parsed, rows);
  if (built === null) return null;
  const configs = [...new Set(rows.map(({ config }) => config))].filter((config) => config !== plainConfig);
  return { tsquery: built.search, marks: { tsquery: built.marks, configs, literals: literalsOf(terms) } };
}

async function readPage(tx: Tx, asked: HitsAsked, { tsquery, marks }: Understood): Promise<FoundHits> {
  const { parsed, place, first } = asked;
  const wanted: Wanted = { workspaceId: tx.workspaceId, tsquery, exceptNumber: parsed.number };
  const [counts, numbered] = await Promise.all([
    tx.query<{ hits: number }>(countHits(wanted)),
    parsed.number === null ? null : tx.query<HitRow>(hitByNumber(tx.workspaceId, parsed.number, marks)),
  ]);
  const hits = counts.rows[0]?.hits ?? 0;
  const ofNumber = numbered?.rows ?? [];
  const leading = place === null ? ofNumber : [];
  const limit = first - leading.length;
  const rest = hits === 0 ? [] : await readRest(tx, asked, wanted, hits < mostCounted, limit + 1, marks);
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
  tx: Tx,
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
  return (await tx.query<HitRow>(statement)).rows;
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

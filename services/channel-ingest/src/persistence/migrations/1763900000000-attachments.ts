import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = {
  // Files that were announced, until they are forgotten.
  upload: `create table upload (
     workspace_id uuid not null,
     id uuid not null,
     owner_id text not null,
     file_name text not null,
     media_type text not null,
     size_bytes integer not null,
     sha256 text not null,
     created_at timestamptz(3) not null default now(),
     constraint upload_pk primary key (workspace_id, id)
   )`,
  // Which message, in or out, needs which bytes of the blob store.
  message_blob: `create table message_blob (
     workspace_id uuid not null,
     message_id uuid not null,
     sha256 text not null,
     constraint message_blob_pk primary key (workspace_id, message_id, sha256)
   )`,
};

const indexes = [
  `create index upload_by_content on upload (workspace_id, sha256)`,
  // Serves all workspaces at once: what is to be forgotten.
  `create index upload_by_age on upload (created_at)`,
  `create index message_blob_by_content on message_blob (workspace_id, sha256)`,
];

/** Uploads, and the book of which bytes are needed. */
export class Attachments1763900000000 implements MigrationInterface {
  readonly name = 'Attachments1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...Object.values(tables),
      ...indexes,
      ...Object.keys(tables).flatMap((table) => isolate(table)),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(tables)) await runner.query(`drop table ${table} cascade`);
  }
}

export * from './vocabulary.ts';
export * from './events.ts';
export * from './jobs.ts';
export * from './topics.ts';

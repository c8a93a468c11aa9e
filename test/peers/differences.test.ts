import { describe, expect, it } from '@jest/globals';
import { differences } from './differences.ts';

describe('differences', () => {
  it('finds none between what is equal', () => {
    expect(differences({ data: { a: [1, null] }, errors: [] }, { data: { a: [1, null] }, errors: [] })).toBe(
      '',
    );
  });

  it('shows what either said, with the lines around', () => {
    const ours = { data: { number: 1, team: { name: 'Support' }, tags: [] }, errors: [] };
    const theirs = { data: { number: 1, team: null, tags: [] }, errors: ['GONE at team'] };

    expect(differences(ours, theirs).split('\n')).toEqual([
      '  {',
      '    "data": {',
      '      "number": 1,',
      '-     "team": {',
      '-       "name": "Support"',
      '-     },',
      '-     "tags": []',
      '-   },',
      '-   "errors": []',
      '+     "team": null,',
      '+     "tags": []',
      '+   },',
      '+   "errors": [',
      '+     "GONE at team"',
      '+   ]',
      '  }',
    ]);
  });

  it('counts the order of fields', () => {
    const ours = { data: { a: 1, b: 2 }, errors: [] };
    const theirs = { data: { b: 2, a: 1 }, errors: [] };

    expect(differences(ours, theirs)).not.toBe('');
  });
});

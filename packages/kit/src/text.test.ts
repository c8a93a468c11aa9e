import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clip, storable } from './text.ts';

test('what is storable is what Postgres and JSON both take', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(50), (text, max) => {
      const stored = storable(`\u0000${text}\ud800`);
      expect(stored).not.toContain('\0');
      expect(stored.isWellFormed()).toBe(true);
      expect(clip(stored, max).length).toBeLessThanOrEqual(max);
      expect(clip(stored, max).isWellFormed()).toBe(true);
      expect(stored.startsWith(clip(stored, max))).toBe(true);
    }),
  );
});

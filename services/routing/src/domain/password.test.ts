import { expect, test } from '@jest/globals';
import { normalisePassword, passwordFault, signInAddress } from './password.ts';

const owner = { name: 'Ada Administrator', email: 'Ada@Example.org' };

test.each([
  ['elevenchars', 'A password has 12 characters or more.'],
  ['twelve chars', null],
  [`${'abcde'.repeat(51)}f`, null],
  [`${'abcde'.repeat(51)}fg`, 'A password has 256 characters at most.'],
  ['aaaabbbbcccc', 'A password has 5 different characters or more.'],
  ['ADA@example.org', 'A password is not the name or address.'],
  ['ada administrator', 'A password is not the name or address.'],
  ['👍👎👊✌️👌🤞🖖🤘🤙👋🤚✋', null],
])('says of %s: %s', (password, fault) => {
  expect(passwordFault(password, owner)).toBe(fault);
});

test('the same characters, composed differently, are one password', () => {
  expect(normalisePassword('Zoe\u0308 paßt auf')).toBe(normalisePassword('Zo\u00eb paßt auf'));
});

test('an address is known in whatever letters', () => {
  expect(signInAddress(' Ada@Example.ORG\n')).toBe('ada@example.org');
});

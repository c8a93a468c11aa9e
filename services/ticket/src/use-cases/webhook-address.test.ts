import { describe, expect, test } from '@jest/globals';
import { allowedAddresses, isPublicAddress, webhookUrlFault } from './webhook-address.ts';

test.each([
  ['1.1.1.1', true],
  ['93.184.216.34', true],
  ['2606:4700::1111', true],
  ['64:ff9b::101:101', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['100.100.100.200', false],
  ['100.128.0.1', true],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['168.63.129.16', false],
  ['169.254.169.254', false],
  ['172.15.255.255', true],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.0.0.192', false],
  ['192.168.0.1', false],
  ['198.18.0.1', false],
  ['203.0.113.7', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::127.0.0.1', false],
  ['::7f00:1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['::ffff:1.1.1.1', true],
  ['::ffff:0:7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['64:ff9b:1::1', false],
  ['100::1', false],
  ['2001::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['3fff::1', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['localhost', false],
  ['', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

describe('the URL of a webhook', () => {
  test.each([
    ['https://hooks.example.org/a?b=c', null],
    ['https://hooks.example.org:8443/', null],
    ['https://1.1.1.1/', null],
    [`https://example.org/${'a'.repeat(1_980)}`, null],
    [`https://example.org/${'a'.repeat(1_981)}`, 'A URL has at most 2000 characters.'],
    ['hooks.example.org', 'That is no URL.'],
    [' https://hooks.example.org/', 'That is no URL.'],
    ['', 'That is no URL.'],
    ['http://hooks.example.org/', 'The URL must begin with https://.'],
    ['file:///etc/passwd', 'The URL must begin with https://.'],
    ['https://user@example.org/', 'The URL must not hold a name or password.'],
    ['https://:word@example.org/', 'The URL must not hold a name or password.'],
    ['https://127.0.0.1/', 'The URL must lead to a public address.'],
    ['https://2130706433/', 'The URL must lead to a public address.'],
    ['https://0x7f.1/', 'The URL must lead to a public address.'],
    ['https://[::ffff:10.0.0.1]/', 'The URL must lead to a public address.'],
    ['https://localhost/', 'The URL must lead to a public address.'],
    ['https://a.LOCALHOST./', 'The URL must lead to a public address.'],
  ])('%s: %s', (url, fault) => {
    expect(webhookUrlFault(url, false)).toBe(fault);
  });

  test('http and addresses inside are allowed where the installation allows them, nothing else', () => {
    expect(webhookUrlFault('http://localhost:3000/', true)).toBeNull();
    expect(webhookUrlFault('http://10.0.0.1/', true)).toBeNull();
    expect(webhookUrlFault('ftp://10.0.0.1/', true)).toBe('The URL must begin with https://.');
    expect(webhookUrlFault('http://user@localhost/', true)).not.toBeNull();
  });
});

test('an address in the URL is checked without asking for a name, and one inside among others refuses all', async () => {
  const inside = 'the host has an address that is not public';
  const resolve = (name: string): Promise<string[]> =>
    name === 'mixed.example.org' ? Promise.resolve(['1.1.1.1', '::1']) : Promise.reject(new Error('asked'));

  expect(await allowedAddresses(new URL('https://1.1.1.1/'), resolve, false)).toEqual(['1.1.1.1']);
  await expect(allowedAddresses(new URL('https://[::1]/'), resolve, false)).rejects.toThrow(inside);
  await expect(allowedAddresses(new URL('https://mixed.example.org/'), resolve, false)).rejects.toThrow(
    inside,
  );
});

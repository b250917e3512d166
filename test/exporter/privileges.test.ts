import { expect, test } from '@jest/globals';
import { findUser } from '../../src/exporter/privileges.ts';
import { describeAsRoot } from '../run/privileges.ts';

const PASSWD =
  'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\nprobe:x:998:997::/:/usr/sbin/nologin\n';

describeAsRoot('the user to become', () => {
  test('is looked up by name', () => {
    expect(findUser('probe', PASSWD)).toEqual({ name: 'probe', uid: 998, gid: 997 });
  });

  test.each([
    ['nosuch', /"nosuch" is not in \/etc\/passwd/],
    ['', /is not in/],
    ['toor', /root again/],
    ['root', /root again/],
  ])('cannot be "%s"', (name, message) => {
    expect(() => findUser(name, PASSWD)).toThrow(message);
  });
});

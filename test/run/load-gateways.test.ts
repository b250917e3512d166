import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadGateways } from '../../src/run/load-gateways.ts';
import { CERTIFICATES } from '../ike/certificates.ts';

describe('loading a gateways file', () => {
  let folder = '';
  let file = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathmtu-gateways-'));
    file = join(folder, 'gateways.yaml');
    mkdirSync(join(folder, 'certs'));
    writeFileSync(join(folder, 'certs', 'client.pem'), CERTIFICATES['rsa-3072']);
    writeFileSync(join(folder, 'empty.pem'), '');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('finds certificates beside it, wherever the program was started', async () => {
    writeFileSync(
      file,
      'gateways:\n  - host: a\n    client: windows\n    ikeAuth: {certificates: [certs/client.pem]}\n  - host: b\n',
    );
    const { gateways, descriptions } = await loadGateways(file);
    expect(gateways.map(({ name }) => name)).toEqual(['a', 'b']);
    expect([...descriptions]).toEqual([
      [
        'a',
        expect.objectContaining({
          profile: 'windows',
          authentication: { type: 'signature', key: { type: 'rsa', modulusBits: 3072 } },
        }),
      ],
    ]);
  });

  test('refuses a certificate that is not there, in one line with the place that names it', async () => {
    writeFileSync(
      file,
      'gateways:\n  - host: a\n  - name: b\n    host: b\n    ikeAuth: {certificates: [none.pem]}\n',
    );
    await expect(loadGateways(file)).rejects.toMatchObject({
      code: 'bad-certificate',
      message: `${file}, line 3: b: certificate ${JSON.stringify(join(folder, 'none.pem'))} does not exist: check the path`,
    });
  });

  test('refuses a file that holds no certificate', async () => {
    writeFileSync(file, 'gateways:\n  - host: a\n    ikeAuth: {certificates: [empty.pem]}\n');
    await expect(loadGateways(file)).rejects.toMatchObject({
      message: `${file}, line 2: a: certificate "empty.pem" is empty: give a certificate in PEM or DER`,
    });
  });

  test.each([
    ['nowhere.yaml', 'does not exist: check the path, or write one with pathmtu gateways init'],
    ['certs', 'is a directory: give a gateways file'],
    ['empty.pem/gateways.yaml', 'does not exist: check the path'],
  ])('refuses %s in one line', async (name, reason) => {
    const path = join(folder, name);
    await expect(loadGateways(path)).rejects.toMatchObject({
      code: 'bad-gateways-file',
      message: `${path} ${reason}`,
    });
  });

  test('reads what PowerShell writes, and refuses what is no text', async () => {
    const text = 'gateways:\n  - host: a\n';
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
    expect((await loadGateways(file)).gateways).toHaveLength(1);
    writeFileSync(file, Buffer.from([0x67, 0xc3, 0x28]));
    await expect(loadGateways(file)).rejects.toMatchObject({
      message: `${file} is not text in UTF-8: save it as such`,
    });
  });
});

import { PathmtuError } from '../errors.ts';
import { readCertificateFile } from '../ike/certificate-file.ts';
import { readCertificate, type CertificateFacts } from '../ike/certificate.ts';
import { inWords, type NamedFile } from '../net/certificate-files.ts';

/**
 * What certificate files hold, each certificate once, in the order of the files.
 *
 * @param read gives a file's bytes; it throws `bad-certificate` when it can't
 * @throws {PathmtuError} `bad-certificate`: a file that holds no certificates
 */
export async function certificateFacts(
  files: readonly NamedFile[],
  read: (file: NamedFile) => Promise<Uint8Array>,
): Promise<CertificateFacts[]> {
  const seen = new Set<string>();
  const facts: CertificateFacts[] = [];
  for (const file of files) {
    // One file after the other, so that the first that is wrong is the one complained of.
    // oxlint-disable-next-line no-await-in-loop
    const content = readCertificateFile(await read(file));
    if (content.type === 'refused')
      throw new PathmtuError('bad-certificate', `${inWords(file)} ${content.reason}`);
    for (const der of content.certificates) {
      const text = der.toString();
      if (seen.has(text)) continue;
      seen.add(text);
      const certificate = readCertificate(der);
      if (certificate.type === 'certificate') facts.push(certificate);
    }
  }
  return facts;
}

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const algorithm = ['-newkey', 'rsa:2048'];

/** Files in PEM format. */
export interface Identity {
  key: string;
  certificate: string;
}

/** An authority that nobody trusts but who is told to, by the `openssl` of this machine. */
export class Authority {
  private constructor(
    private readonly folder: string,
    /** Its own certificate. */
    readonly certificate: string,
  ) {}

  static async make(folder: string, name: string): Promise<Authority> {
    const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const signed = ['-x509', '-days', '2', '-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate];
    await run('openssl', ['req', ...algorithm, ...signed]);
    return new Authority(folder, certificate);
  }

  /**
   * A key and its certificate, good for a server on loopback and for a client.
   *
   * @param passphrase encrypts the key's file.
   */
  async issue(name: string, passphrase?: string): Promise<Identity> {
    const path = (suffix: string) => join(this.folder, `${name}.${suffix}`);
    const secret = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
    const request = [...secret, '-subj', `/CN=${name}`, '-keyout', path('key'), '-out', path('csr')];
    await run('openssl', ['req', '-new', ...algorithm, ...request]);
    await writeFile(path('extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    const authority = ['-CA', this.certificate, '-CAkey', this.certificate.replace(/pem$/, 'key'), '-CAcreateserial'];
    const signed = ['-extfile', path('extensions'), '-days', '2', '-in', path('csr'), '-out', path('pem')];
    await run('openssl', ['x509', '-req', ...authority, ...signed]);
    return { key: path('key'), certificate: path('pem') };
  }

  /** Key and certificate in one file, as a broker takes them. */
  async keystore({ key, certificate }: Identity): Promise<string> {
    const path = `${certificate}.keystore`;
    await writeFile(path, `${await readFile(key, 'utf8')}${await readFile(certificate, 'utf8')}`);
    return path;
  }
}

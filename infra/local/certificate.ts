import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { runLogged } from './commands.ts';
import { venvPython } from './python.ts';

/** PEM files. */
export interface Certificate {
  readonly authority: string;
  readonly server: string;
  readonly key: string;
  /** The authorities that this machine trusts anyway, and ours: for clients whose variable replaces all others. */
  readonly bundle: string;
}

const RENEW_BEFORE_DAYS = 30;

/** Makes the cloud's certificate, or finds that it is good for another while. */
export async function prepareCertificate(options: {
  directory: string;
  log: string;
  signal?: AbortSignal | undefined;
}): Promise<Certificate> {
  const directory = join(options.directory, 'certificate');
  const file = (name: string) => join(directory, name);
  const certificate = {
    authority: file('ca.pem'),
    server: file('server.pem'),
    key: file('server.key'),
    bundle: file('bundle.pem'),
  };
  if (!isGood(certificate)) {
    rmSync(directory, { recursive: true, force: true });
    await runLogged({
      purpose: 'making the TLS certificate',
      command: venvPython,
      args: [join(import.meta.dirname, 'certificate.py'), directory],
      log: options.log,
      signal: options.signal,
    });
  }
  writeFileSync(certificate.bundle, authorities(readFileSync(certificate.authority, 'utf8')));
  return certificate;
}

function isGood({ authority, server, key }: Certificate): boolean {
  if (![authority, server, key].every((path) => existsSync(path))) return false;
  const { validToDate } = new X509Certificate(readFileSync(server));
  return validToDate.getTime() - Date.now() > RENEW_BEFORE_DAYS * 86_400_000;
}

/** Node's own list, the system's, and what NODE_EXTRA_CA_CERTS (a company's proxy, say) added, each once. */
function authorities(own: string): string {
  const known = (['bundled', 'system', 'extra'] as const).flatMap((kind) => tls.getCACertificates(kind));
  return [...new Set([own, ...known].map((pem) => pem.trim()))].join('\n').concat('\n');
}

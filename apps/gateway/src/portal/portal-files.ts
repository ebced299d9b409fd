import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PortalFile {
  contentType: string;
  body: Buffer;
  gzipped: Buffer;
}

/** What apps/portal has built. It is small, so all of it is held in memory, as it is and compressed. */
export class PortalFiles {
  private constructor(
    /** The page that every path of the portal is answered with. */
    readonly page: PortalFile,
    /** By name; a name holds a hash of what is in the file. */
    readonly assets: ReadonlyMap<string, PortalFile>,
  ) {}

  /** Throws when apps/portal was not built. */
  static read(): PortalFiles {
    const page = createRequire(import.meta.url).resolve('@sluice/portal/index.html');
    const folder = join(dirname(page), 'assets');
    const assets = readdirSync(folder).map((name) => [name, fileAt(join(folder, name))] as const);
    return new PortalFiles(fileAt(page), new Map(assets));
  }

  /** The address of the style of the page, for what is not part of it. */
  get style(): string {
    const name = [...this.assets.keys()].find((asset) => asset.endsWith('.css'));
    return `/portal/assets/${name}`;
  }
}

function fileAt(path: string): PortalFile {
  const body = readFileSync(path);
  return { contentType: TYPES[extname(path)] ?? 'application/octet-stream', body, gzipped: gzipSync(body) };
}

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

const MEGABYTE = Buffer.alloc(1024 * 1024);

/** A file system of its own, in memory, that a test can fill to the last byte. Only root can make one. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @throws Error when this process may not mount. */
  static mount(megabytes: number): SmallDisk {
    const folder = temporaryFolder('small-disk');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'pipe' });
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw error;
    }
    return new SmallDisk(folder);
  }

  /** Takes all room that is left. */
  fill(): void {
    const ballast = openSync(this.ballast, 'a');
    try {
      for (;;) writeSync(ballast, MEGABYTE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(ballast);
    }
  }

  /** Gives back what {@link fill} took. */
  clear(): void {
    rmSync(this.ballast, { force: true });
  }

  /** When nothing in it is in use any more. */
  unmount(): void {
    execFileSync('umount', [this.folder]);
    rmSync(this.folder, { recursive: true });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}

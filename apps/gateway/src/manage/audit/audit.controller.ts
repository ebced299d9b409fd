import { Controller, Get, Inject } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { listAudit, type ShownEntry } from './audit-operations.js';

/** What was done to the account's things. */
@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(REGISTRY) private readonly registry: Pick<Registry, 'listAudit'>) {}

  @Get()
  @Operation(listAudit)
  async list(@Asked() { query }: Asked<typeof listAudit>, @CurrentCaller() { credential }: Caller) {
    const { cursor: before, ...wanted } = query;
    const { entries, more } = carriedOut(await this.registry.listAudit({ credential, before, ...wanted }));
    const shown = entries.map(({ keyId, ...entry }): ShownEntry => ({ ...entry, key_id: keyId }));
    return { entries: shown, next_cursor: cursorBehind(entries, more, ({ id }) => id) };
  }
}

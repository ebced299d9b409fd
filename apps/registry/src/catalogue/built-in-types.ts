import type { EventType } from '@sluice/contracts/registry-commands';
import { airstackTypes } from './airstack-types.js';
import { operationalTypes } from './operational-types.js';
import { tableChangedType } from './table-changed-type.js';

/** The event types that every account has. */
export const builtInTypes: readonly EventType[] = [...airstackTypes, tableChangedType, ...operationalTypes];

/** Whether every account has the type, and none may change it. */
export const isBuiltIn = (name: string): boolean => builtInTypes.some((type) => type.name === name);

import type { ChangeType, DataType, SpecificationOptions } from '@sluice/contracts/webhook-specification';

/**
 * What a specification asks for, ready to be asked (contract airtable 2.1 and 2.3). Of a filter that is left out, and of an
 * empty list, nothing is narrowed: clients write an empty list for what was not chosen.
 */
export class Demand {
  readonly previousCells: boolean;
  readonly previousDefinitions: boolean;
  readonly #dataTypes: ReadonlySet<DataType>;
  readonly #changeTypes: ReadonlySet<ChangeType> | null;
  readonly #watchedCells: ReadonlySet<string> | null;
  readonly #watchedDefinitions: ReadonlySet<string> | null;
  readonly #includedCells: ReadonlySet<string> | 'all';

  constructor({ filters, includes }: SpecificationOptions) {
    this.#dataTypes = new Set(filters.dataTypes);
    this.#changeTypes = narrowing(filters.changeTypes);
    this.#watchedCells = narrowing(filters.watchDataInFieldIds);
    this.#watchedDefinitions = narrowing(filters.watchSchemasOfFieldIds);
    const included = includes?.includeCellValuesInFieldIds ?? [];
    this.#includedCells = included === 'all' ? 'all' : new Set(included);
    this.previousCells = includes?.includePreviousCellValues ?? false;
    this.previousDefinitions = includes?.includePreviousFieldDefinitions ?? false;
  }

  /** Whether things of that kind are told when they come, go or change; change types apply to records, fields and tables. */
  wants(data: DataType, change: ChangeType): boolean {
    return this.#dataTypes.has(data) && (this.#changeTypes?.has(change) ?? true);
  }

  /** Whether the field's definition is told of. */
  watchesDefinition(fieldId: string): boolean {
    return this.#watchedDefinitions?.has(fieldId) ?? true;
  }

  /** Whether any change of a record is told, even a creation without any cell. */
  get watchesEveryCell(): boolean {
    return this.#watchedCells === null;
  }

  /** Whether a change of the field's cell is a reason to tell of the record. */
  watchesCell(fieldId: string): boolean {
    return this.#watchedCells?.has(fieldId) ?? true;
  }

  /** Whether the field's cell is told even though it did not change. */
  includesCell(fieldId: string): boolean {
    return this.#includedCells === 'all' || this.#includedCells.has(fieldId);
  }

  /** Whether the field's cell is told once the record is. */
  tellsCell(fieldId: string): boolean {
    return this.watchesCell(fieldId) || this.includesCell(fieldId);
  }
}

const narrowing = <T>(list: readonly T[] | undefined): ReadonlySet<T> | null =>
  list === undefined || list.length === 0 ? null : new Set(list);

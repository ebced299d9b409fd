/** How much schema there can be: far beyond Airtable's own limits, and little enough to be read whole. */
export const TABLES_PER_BASE = 1_000;
/** Fields, and views, of one table. */
export const PARTS_PER_TABLE = 1_000;
/** Fields and views together. */
export const PARTS_PER_BASE = 50_000;
export const DESCRIPTION_LIMIT = 20_000;

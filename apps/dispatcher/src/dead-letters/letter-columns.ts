/** The id of the row `d`: `dlt_` and 32 hexadecimal digits, made of its key as the index `dead_letter_id` has it. */
export const ID = `('dlt_' || lpad(to_hex(d.partition), 16, '0') || lpad(to_hex(d.position), 16, '0'))`;

/** Where the record of the row `d` stood: on our own topic where nothing else is written. */
export const ORIGIN_PLACE =
  'coalesce(d.origin_partition, d.partition) as origin_partition, coalesce(d.origin_offset, d.position) as origin_offset';

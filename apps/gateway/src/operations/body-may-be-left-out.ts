import { z } from 'zod';

/** Whether an empty body says as much as `{}`: a POST none of whose members must be there. Others change something by it. */
export const bodyMayBeLeftOut = (method: string, schema: z.core.$ZodType): boolean =>
  method.toUpperCase() === 'POST' && z.safeParse(schema, {}).success;

import { z } from 'zod';

/** Names the state that is shown: another one has another tag. Absent in answers of a registry that gives none. */
export const tag = z.string().optional();

/** The tags of which one must name the state that is changed, or `*` for any state that there is; without them nothing is asked of it. */
export const ifMatch = z.array(z.string()).optional();

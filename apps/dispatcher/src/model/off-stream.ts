/** Where events stand that were made to try a webhook; those of operational events is another. */
export const TEST_PARTITION = -2;

/** Whether it is a partition of the stream. Events that were made here stand in others, which nobody can read again. */
export const isOnStream = (partition: number): boolean => partition >= 0;

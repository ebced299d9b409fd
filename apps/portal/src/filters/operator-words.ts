/** How an operator of the filter language reads, here and everywhere on the page. */
export const operatorWords = {
  $eq: 'is',
  $neq: 'is not',
  $in: 'is one of',
  $nin: 'is none of',
  $gt: 'is greater than',
  $gte: 'is at least',
  $lt: 'is less than',
  $lte: 'is at most',
  $startsWith: 'starts with',
  $endsWith: 'ends with',
  $regex: 'matches the pattern',
  $exist: 'exists',
  $elemMatch: 'has an element of which',
} as const;

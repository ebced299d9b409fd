const OFFSET = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' });

/** In which time zone all moments of the page are, and those that are typed. */
export function TimeZone() {
  const { timeZone } = OFFSET.resolvedOptions();
  const offset = OFFSET.formatToParts()
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', 'UTC');
  return (
    <p className="muted zone">
      Times are in your time zone: {timeZone}
      {offset === undefined || offset === timeZone ? '' : ` (${offset})`}.
    </p>
  );
}

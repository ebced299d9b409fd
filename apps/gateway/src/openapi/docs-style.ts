/** The style of the reference: three columns on a wide screen, one on a narrow one; light and dark as the system is. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --side: #f7f8fa; --text: #1f2530; --soft: #5d6675; --line: #e3e6eb; --accent: #1f5fd6;
  --code: #f1f3f7; --shown: #151b26; --shown-text: #dbe2ee; --needed: #b3361b;
  --get: #17693a; --post: #1f5fd6; --put: #8a5200; --patch: #8a5200; --delete: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --side: #171c25; --text: #e4e8ef; --soft: #9aa4b5; --line: #2a3240; --accent: #82adff;
    --code: #202734; --shown: #0b0e13; --shown-text: #dbe2ee; --needed: #ff9a85;
    --get: #6fd598; --post: #82adff; --put: #f0b45c; --patch: #f0b45c; --delete: #ff9088;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
p { margin: 0 0 10px; }
ul { list-style: none; margin: 0; padding: 0; }
code { font: 0.88em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--code); border-radius: 4px; padding: 1px 5px; overflow-wrap: anywhere; }
nav { position: fixed; inset: 0 auto 0 0; width: 260px; overflow-y: auto; padding: 20px 16px 40px; background: var(--side); border-right: 1px solid var(--line); font-size: 13.5px; }
nav .brand { font-size: 17px; font-weight: 650; margin: 0 8px 14px; }
nav .brand a { color: var(--text); }
nav li > a { display: block; padding: 3px 8px; border-radius: 5px; color: var(--text); font-weight: 600; }
nav li li > a { color: var(--soft); font-weight: 400; }
nav li > a:hover { background: var(--code); text-decoration: none; }
nav > ul > li { margin-bottom: 10px; }
main { margin-left: 260px; }
.intro, section > header { padding: 40px 48px 20px; max-width: 900px; }
section > header { border-top: 1px solid var(--line); }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 14px; letter-spacing: -0.02em; }
h2 { font-size: 23px; line-height: 1.3; margin: 0 0 6px; letter-spacing: -0.01em; }
h3 { font-size: 18px; line-height: 1.35; margin: 0 0 6px; }
h3 a { color: var(--text); }
h4 { font-size: 13px; margin: 22px 0 6px; padding-bottom: 5px; border-bottom: 1px solid var(--line); }
article { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); border-top: 1px solid var(--line); }
.told { padding: 28px 48px; max-width: 760px; }
.shown { padding: 28px 32px; }
.route { font-size: 14px; }
.method { font: 600 12px ui-monospace, Menlo, Consolas, monospace; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .patch { color: var(--patch); } .delete { color: var(--delete); }
.members > li { padding: 9px 0; border-top: 1px solid var(--line); }
.members > li:first-child { border-top: 0; }
.members p { margin: 3px 0 0; color: var(--soft); font-size: 14px; }
.members .members { border-left: 2px solid var(--line); padding-left: 14px; margin-top: 6px; }
.name { font-weight: 650; }
.type, .types, .values { color: var(--soft); font-size: 13px; }
.needed { color: var(--needed); font-size: 12px; font-weight: 600; }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--accent); font-size: 13.5px; width: fit-content; }
.refusals li { padding: 4px 0; font-size: 14px; color: var(--soft); }
.status { font: 600 12.5px ui-monospace, Menlo, Consolas, monospace; color: var(--soft); }
pre { margin: 0 0 14px; padding: 14px 16px; border-radius: 8px; background: var(--shown); color: var(--shown-text); overflow-x: auto; max-height: 460px; }
pre code { background: none; padding: 0; font-size: 12.5px; overflow-wrap: normal; }
.shown { position: sticky; top: 0; align-self: start; }
@media (max-width: 1150px) {
  article { grid-template-columns: minmax(0, 1fr); }
  .shown { position: static; padding: 0 48px 28px; }
}
@media (max-width: 800px) {
  nav { position: static; width: auto; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
  main { margin-left: 0; }
  .intro, section > header, .told { padding-left: 20px; padding-right: 20px; }
  .shown { padding: 0 20px 24px; }
}
`;

/// The one stylesheet: system fonts, one column, light and dark, nothing to load.
let stylesheetText = #"""
  :root {
    color-scheme: light dark;
    --paper: #fbfaf8; --card: #fff; --ink: #1d1f23; --soft: #5a5f69; --line: #d9d6cf;
    --accent: #1f5f4a; --accent-ink: #fff; --tint: #eaf3ee; --warn: #8a2b1d; --warn-tint: #fbeae6;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #16181b; --card: #1f2226; --ink: #eceae6; --soft: #a9aeb8; --line: #3a3e45;
      --accent: #8fd0b4; --accent-ink: #10251d; --tint: #22332c;
      --warn: #ffb4a5; --warn-tint: #3a2320;
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0; background: var(--paper); color: var(--ink);
    font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    overflow-wrap: anywhere;
  }
  main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
  .rehearsal {
    background: var(--warn-tint); color: var(--warn); border-bottom: 1px solid var(--warn);
    padding: .5rem 1rem; text-align: center; font-weight: 600;
  }
  h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
  h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
  h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
  p { margin: .5rem 0; }
  a { color: var(--accent); }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
  .soft { color: var(--soft); }
  .text { white-space: pre-line; }
  .card {
    background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
    padding: 1rem; margin: 1rem 0;
  }
  .card > :first-child, .card > div:first-child > :first-child { margin-top: 0; }
  .card > :last-child, .card > div:last-child > :last-child { margin-bottom: 0; }
  .card.good { background: var(--tint); border-color: var(--accent); }
  .card.bad { background: var(--warn-tint); border-color: var(--warn); }
  .when { font-size: 1.15rem; font-weight: 600; }
  .line { display: inline-block; }
  .slots { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem;
    grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); }
  .slots a {
    display: flex; flex-direction: column; justify-content: center;
    min-height: 2.75rem; height: 100%; padding: .25rem .5rem;
    text-align: center; text-decoration: none; font-weight: 600; line-height: 1.25;
    border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--ink);
  }
  .slots a:hover { border-color: var(--accent); background: var(--tint); }
  .slots small { font-weight: 400; color: var(--soft); }
  label, legend { display: block; font-weight: 600; padding: 0; }
  fieldset { border: 0; margin: 1rem 0; padding: 0; }
  .field { margin: 1rem 0; }
  .hint { font-weight: 400; color: var(--soft); font-size: .9rem; }
  .fault { color: var(--warn); font-weight: 600; font-size: .95rem; margin: .25rem 0 0; }
  input, select, textarea {
    display: block; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; margin-top: .25rem;
    font: inherit; color: inherit; background: var(--card);
    border: 1px solid var(--soft); border-radius: .5rem;
  }
  textarea { min-height: 6rem; resize: vertical; }
  textarea.short { min-height: 2.75rem; field-sizing: content; }
  [aria-invalid] { border-color: var(--warn); border-width: 2px; }
  .choice {
    display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; padding: .35rem 0;
    font-weight: 400;
  }
  .choice input { width: 1.25rem; min-height: 1.25rem; height: 1.25rem; margin: 0; flex: none; }
  button, .button {
    display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem;
    padding: .5rem 1.25rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
    color: var(--accent-ink); background: var(--accent);
    border: 1px solid var(--accent); border-radius: .5rem;
  }
  .quiet { color: var(--accent); background: transparent; }
  .stop { color: var(--paper); background: var(--warn); border-color: var(--warn); }
  .actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; }
  .zone { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 1rem 0; }
  .zone .field { margin: 0; flex: 1 1 12rem; min-width: 0; }
  dl { margin: .5rem 0; }
  dt { color: var(--soft); font-size: .9rem; margin-top: .5rem; }
  dd { margin: 0; }
  summary { min-height: 2.75rem; display: list-item; padding: .6rem 0; cursor: pointer; }
  ol.history { margin: 0; padding-left: 1.25rem; }
  @media print { .actions, .zone { display: none; } }
  """#

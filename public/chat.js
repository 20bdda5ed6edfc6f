// Everything that the chat needs at once, in one file: the site's build puts what it names into it (scripts/site), since one is smaller
// than nine. Rule: scripts that come later, when somebody asks for what they do, import from here; those named here from each other.
export * from './announcer.js';
export * from './bubble.js';
export * from './composer.js';
export * from './keep.js';
export * from './keys.js';
export * from './line.js';
export * from './row.js';
export * from './rows.js';
export * from './tabs.js';

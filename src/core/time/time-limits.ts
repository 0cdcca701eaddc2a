/** After this (unix seconds) nothing is meant; milliseconds read as seconds lie far beyond it. */
export const NOT_AFTER = Date.UTC(2100, 0, 1) / 1000;

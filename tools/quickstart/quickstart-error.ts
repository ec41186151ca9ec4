/** Why it goes no further, in words for whoever started it. */
export class QuickstartError extends Error {}

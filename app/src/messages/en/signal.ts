export const signal = {};

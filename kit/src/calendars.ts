// When a market trades, and what follows from it: a year's periods, the gap that stops publishing, the half-lives of its
// features. Deployment, replay and training read the same lines.
import type { Candle } from "./candles.ts";

/** "sessions": opens on working days, like an exchange for equities. "continuous": never closes, like crypto. */
export type Calendar = "sessions" | "continuous";

export type CalendarOfPeriod = { period: number; calendar: Calendar }; // period in seconds

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SESSION = 6.5 * HOUR; // of an exchange for equities
const SESSIONS_PER_YEAR = 252;
const LONGEST_HOLIDAY = 8 * DAY; // of an exchange, from the end of one session to the start of the next

/** A market with candles that start on Saturdays or Sundays never closes. */
export const calendarOf = (candles: Candle[]): Calendar =>
  candles.some(({ start }) => [0, 6].includes(new Date(Number(start) * 1000).getUTCDay())) ? "continuous" : "sessions";

export const periodsPerYear = ({ period, calendar }: CalendarOfPeriod): number => {
  if (calendar === "continuous") return Math.round((365 * DAY) / period);
  return Math.round((SESSIONS_PER_YEAR * (period < DAY ? SESSION : DAY)) / period);
};

/** Seconds between two candles beyond which a signal is not published until somebody has looked. */
export const maxGap = ({ period, calendar }: CalendarOfPeriod): number =>
  calendar === "sessions" ? LONGEST_HOLIDAY : 2 * period;

/**
 * Four of range and two of drift, in periods. Daily volatility decays over days to weeks; within the day it also follows
 * the clock, so shorter periods remember from three hours to a month.
 */
export const halfLives = (period: number): number[] => {
  if (period >= DAY) return [1.5, 4, 12, 40, 2, 10];
  return [3, 24, 120, 720, 12, 120].map((hours) => (hours * HOUR) / period);
};

/** How far ahead a signal looks, in candles: a trading week, or twenty-four candles where they are shorter. */
export const horizonOf = (period: number): number => (period >= DAY ? 5 : 24);

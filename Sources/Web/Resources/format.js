import { texts } from './texts.js';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];

/** A size for people, in powers of 1000 as disks have them. */
export function bytes(count) {
    const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
    const value = count / 1000 ** power;
    return new Intl.NumberFormat(texts.locale, {
        style: 'unit', unit: units[power], unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
    }).format(value);
}

/** Bytes a second. */
export const rate = (count) => texts.perSecond(bytes(count));

/** A whole number. */
export const number = (count) => new Intl.NumberFormat(texts.locale).format(count);

/** A point in time, given in seconds since 1970. */
export function time(seconds) {
    return new Intl.DateTimeFormat(texts.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(seconds * 1000));
}

const spans = [['year', 31557600], ['month', 2629800], ['day', 86400], ['hour', 3600], ['minute', 60]];

/** How long ago something was, in the largest unit that fits. */
export function ago(seconds, now) {
    const age = Math.max(0, now - seconds);
    const [unit, length] = spans.find(([, length]) => age >= length) ?? [];
    if (!unit) return texts.justNow;
    return new Intl.RelativeTimeFormat(texts.locale, { numeric: 'auto' }).format(-Math.floor(age / length), unit);
}

/** A length of time, in its two largest units. */
export function duration(seconds) {
    const parts = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
    let rest = Math.max(1, Math.round(seconds));
    const shown = [];
    for (const [unit, length] of parts) {
        const value = Math.floor(rest / length);
        rest -= value * length;
        if (value > 0) shown.push(new Intl.NumberFormat(texts.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value));
        if (shown.length === 2 || (shown.length > 0 && value === 0)) break;
    }
    return shown.join(' ');
}

// Without those that look alike: 0 and o, 1, i and l.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 7;
const groupLength = 4;

/** A password of 28 random characters, which are 138 bits, in groups of four that are easy to read and to type. */
export function makePassword() {
    const characters = [];
    // Bytes past the last whole multiple would make some characters more likely than others.
    const limit = 256 - (256 % alphabet.length);
    while (characters.length < groups * groupLength) {
        const random = crypto.getRandomValues(new Uint8Array(64));
        for (const byte of random) {
            if (byte < limit && characters.length < groups * groupLength) characters.push(alphabet[byte % alphabet.length]);
        }
        random.fill(0);
    }
    return Array.from({ length: groups }, (_, group) => characters.slice(group * groupLength, (group + 1) * groupLength).join(''))
        .join('-');
}

/** Puts the text of `element` on the clipboard, also where the page came without TLS; tells whether that was possible. */
export async function copyText(element) {
    try {
        await navigator.clipboard.writeText(element.textContent);
        return true;
    } catch {
        const range = document.createRange();
        range.selectNodeContents(element);
        const selection = window.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        return document.execCommand('copy');
    }
}

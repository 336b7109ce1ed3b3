import WebTokens

/// A page, from a file of ours with places for texts in it.
struct Page {
    let text: String

    /// The page in `template`, in which `{{name}}` stands for a value.
    private init(_ template: [UInt8], _ values: [String: String]) {
        var text = String(decoding: template, as: UTF8.self)
            .replacing("{{assets}}", with: Assets.own.prefix)
            .replacing("{{preload}}", with: Assets.own.preloads)
        for (name, value) in values { text = text.replacing("{{\(name)}}", with: Self.escaped(value)) }
        self.text = text
    }

    /// Where a token is typed in.
    static func login(complaint: String = "") -> Page {
        Page(PackageResources.login_html, ["complaint": complaint])
    }

    /// What is seen after a login.
    static func index(_ session: Session) -> Page {
        Page(PackageResources.index_html, ["name": session.token.name, "csrf": session.antiForgery])
    }

    /// One sentence.
    static func message(_ message: String, title: String) -> Page {
        Page(PackageResources.message_html, ["message": message, "title": title])
    }

    /// `text` as it is written in HTML, between tags or in quotes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "{": result += "&#123;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

import HTTPTypes
import Hummingbird

/// What a request makes the answer depend on; see RFC 9110, 13.
enum Preconditions {
    /// What to do.
    enum Outcome: Equatable {
        case proceed
        case notModified
        case failed
    }

    /// Evaluates the fields of `request` in the order of RFC 9110, 13.2.2.
    ///
    /// - Parameter entityTag: in quotes; nil where there is none.
    static func outcome(_ headers: HTTPFields, entityTag: String?, lastModified: HTTPDate) -> Outcome {
        if let field = headers[.ifMatch] {
            if !matches(field, entityTag, isWeak: false) { return .failed }
        } else if let date = headers[.ifUnmodifiedSince].flatMap(HTTPDate.init), lastModified > date {
            return .failed
        }
        if let field = headers[.ifNoneMatch] {
            if matches(field, entityTag, isWeak: true) { return .notModified }
        } else if let date = headers[.ifModifiedSince].flatMap(HTTPDate.init), lastModified <= date {
            return .notModified
        }
        return .proceed
    }

    /// Whether `Range` may be heeded: there is no `If-Range`, or it names what is here.
    static func allowRange(_ headers: HTTPFields, entityTag: String?, lastModified: HTTPDate) -> Bool {
        guard let field = headers[.ifRange] else { return true }
        if field.hasPrefix("\"") { return field == entityTag }
        return HTTPDate(field) == lastModified
    }

    /// Whether the list `field` names `entityTag`, or anything there is.
    static func matches(_ field: String?, _ entityTag: String?, isWeak: Bool) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { element in
            let tag = element.drop { $0 == " " || $0 == "\t" }
            let bare = tag.hasPrefix("W/") && isWeak ? tag.dropFirst(2) : tag
            let trimmed = bare.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
            return String(trimmed) == "*" || entityTag.map { String(trimmed) == $0 } ?? false
        }
    }
}

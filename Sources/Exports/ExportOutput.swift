public import Linux

/// Where an export goes.
public enum ExportOutput: Sendable {
    /// To the directory of exports, with a file that its owner and the user `readableBy` may read.
    case store(readableBy: UInt32)
    /// To a descriptor of the caller's, and to no disk here.
    case descriptor(SharedDescriptor)
}

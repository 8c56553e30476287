import Files

/// NumPy's `.npy` files (versions 1 to 3): floats of 2, 4 and 8 bytes, integers, booleans; either byte order, C or Fortran order.
///
/// Sizes are checked against the file before anything is allocated; pickled objects are refused.
public enum NPY {
    private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    /// Whether the bytes begin as a `.npy` file does.
    public static func hasSignature(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// The array of a `.npy` file's bytes.
    ///
    /// - Parameter name: The file's name, for messages.
    /// - Throws: ``ArrayFileError/badArray(file:reason:)``.
    public static func array(of bytes: [UInt8], name: String) throws(ArrayFileError) -> NumericArray {
        do { return try read(bytes) } catch { throw .badArray(file: name, reason: error.reason) }
    }

    private static func read(_ bytes: [UInt8]) throws(NPYProblem) -> NumericArray {
        guard hasSignature(bytes), bytes.count >= 10 else { throw NPYProblem("this is no .npy file") }
        let lengthSize = bytes[6] == 1 ? 2 : 4
        guard 1...3 ~= bytes[6] else { throw NPYProblem("it is of an unknown version of .npy") }
        let start = 8 + lengthSize
        guard bytes.count >= start else { throw NPYProblem("it ends within its header") }
        let length = (0..<lengthSize).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard length <= 1 << 20, length <= bytes.count - start else { throw NPYProblem("it ends within its header") }
        let header = try NPYHeader(String(decoding: bytes[start..<(start + length)], as: UTF8.self))
        var (count, overflow) = (1, false)
        for extent in header.shape where !overflow { (count, overflow) = count.multipliedReportingOverflow(by: extent) }
        let data = bytes[(start + length)...]
        guard !overflow, count <= data.count / header.size else {
            throw NPYProblem("it ends before its \(shapeText(header.shape)) elements do")
        }
        let values = data.withUnsafeBytes { Self.values(UnsafeRawBufferPointer($0), count, header) }
        guard header.isFortranOrder, header.shape.count > 1 else {
            return NumericArray(shape: header.shape, values: values)
        }
        return NumericArray(shape: header.shape, values: rowMajor(values, header.shape))
    }

    private static func shapeText(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }

    private static func values(_ data: UnsafeRawBufferPointer, _ count: Int, _ header: NPYHeader) -> [Double] {
        func integers<Number: FixedWidthInteger>(_: Number.Type) -> [Number] {
            (0..<count).map { index in
                let stored = data.loadUnaligned(fromByteOffset: index * MemoryLayout<Number>.size, as: Number.self)
                return header.isBigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
            }
        }
        switch (header.kind, header.size) {
        case (.float, 2): return integers(UInt16.self).map(half)
        case (.float, 4): return integers(UInt32.self).map { Double(Float(bitPattern: $0)) }
        case (.float, _): return integers(UInt64.self).map { Double(bitPattern: $0) }
        case (.boolean, _): return integers(UInt8.self).map { $0 == 0 ? 0 : 1 }
        case (.signed, 1): return integers(Int8.self).map { Double($0) }
        case (.signed, 2): return integers(Int16.self).map { Double($0) }
        case (.signed, 4): return integers(Int32.self).map { Double($0) }
        case (.signed, _): return integers(Int64.self).map { Double($0) }
        case (.unsigned, 1): return integers(UInt8.self).map { Double($0) }
        case (.unsigned, 2): return integers(UInt16.self).map { Double($0) }
        case (.unsigned, 4): return integers(UInt32.self).map { Double($0) }
        case (.unsigned, _): return integers(UInt64.self).map { Double($0) }
        }
    }

    /// A half-precision number (IEEE 754 binary16) by its bits; Swift's `Float16` is not on every platform.
    private static func half(_ bits: UInt16) -> Double {
        let (exponent, fraction) = (Int(bits >> 10) & 0x1F, Double(bits & 0x3FF))
        let size: Double =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
            }
        return bits >> 15 == 0 ? size : -size
    }

    /// Elements whose first index runs fastest, in the order in which the last does.
    private static func rowMajor(_ values: [Double], _ shape: [Int]) -> [Double] {
        var strides = [1]
        for extent in shape.dropLast() { strides.append((strides.last ?? 1) * extent) }
        var index = [Int](repeating: 0, count: shape.count)
        var place = 0
        return values.indices.map { _ in
            let value = values[place]
            for axis in shape.indices.reversed() {
                index[axis] += 1
                place += strides[axis]
                if index[axis] < shape[axis] { break }
                place -= strides[axis] * shape[axis]
                index[axis] = 0
            }
            return value
        }
    }
}

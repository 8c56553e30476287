import CHDF5Reader

/// The contents of datasets.
extension HDF5File {
    /// The numbers of a dataset of floats or integers, in row-major order. Values beyond a Float's range become
    /// infinite.
    public func floats(at path: String) throws(HDF5Error) -> (shape: [Int], values: [Float]) {
        try numbers(at: path, rows: nil, as: READER_FLOAT32, zero: Float(0))
    }

    /// The numbers of a dataset of floats or integers, in row-major order.
    public func doubles(at path: String) throws(HDF5Error) -> (shape: [Int], values: [Double]) {
        try numbers(at: path, rows: nil, as: READER_FLOAT64, zero: Double(0))
    }

    /// The numbers of a dataset of integers (or numpy's booleans, as 0 and 1), in row-major order.
    public func integers(at path: String) throws(HDF5Error) -> (shape: [Int], values: [Int64]) {
        try numbers(at: path, rows: nil, as: READER_INT64, zero: Int64(0))
    }

    /// Some rows along the first axis; the shape is that of the part. A scalar is one row.
    public func floats(at path: String, rows: Range<Int>) throws(HDF5Error) -> (shape: [Int], values: [Float]) {
        try numbers(at: path, rows: rows, as: READER_FLOAT32, zero: Float(0))
    }

    /// Some rows along the first axis; the shape is that of the part. A scalar is one row.
    public func doubles(at path: String, rows: Range<Int>) throws(HDF5Error) -> (shape: [Int], values: [Double]) {
        try numbers(at: path, rows: rows, as: READER_FLOAT64, zero: Double(0))
    }

    /// The strings of a dataset, in row-major order: of fixed or variable length, which must be UTF-8.
    public func strings(at path: String) throws(HDF5Error) -> [String] {
        let (index, object) = try readable(path)
        let count = try elementCount(object.shape, object: object.path)
        var request = reader_request()
        request.operation = READER_STRINGS
        request.object = UInt32(index)
        let limit = limits.datasetBytes
        let answer = try described(object.path, wanted: "strings") { () throws(AskFailure) in
            try ask(request, about: object.path) { reader, deadline throws(ReaderFailure) in
                try reader.receive(limit: limit, deadline: deadline)
            }
        }
        let strings = try decodeStrings(answer, object: object.path)
        guard strings.count == count else {
            throw .readerUnavailable(file: name, reason: "its answer about \(object.path) makes no sense")
        }
        return strings
    }

    private func numbers<Number: BitwiseCopyable & Sendable>(
        at path: String, rows: Range<Int>?, as element: reader_element, zero: Number
    ) throws(HDF5Error) -> (shape: [Int], values: [Number]) {
        let (index, object) = try readable(path)
        var shape = object.shape
        let available = shape.first ?? 1
        if let rows {
            guard rows.lowerBound >= 0, rows.upperBound <= available else {
                throw .noSuchRows(file: name, object: object.path, rows: rows, available: available)
            }
            if !shape.isEmpty { shape[0] = rows.count }
        }
        let count = shape.isEmpty && rows?.isEmpty == true ? 0 : try elementCount(shape, object: object.path)
        var request = reader_request()
        request.operation = READER_NUMBERS
        request.object = UInt32(index)
        request.element = element
        request.first_row = UInt64(rows?.lowerBound ?? 0)
        request.row_count = UInt64(rows?.count ?? available)
        let stride = MemoryLayout<Number>.stride
        // The answer is as long as the shape says or it is none, so it goes straight into its array.
        let values = try described(object.path, wanted: element == READER_INT64 ? "integers" : "numbers") {
            () throws(AskFailure) in
            try ask(request, about: object.path) { reader, deadline throws(ReaderFailure) in
                var failure: ReaderFailure?
                let values = [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
                    let bytes = UnsafeMutableRawBufferPointer(
                        start: buffer.baseAddress, count: buffer.baseAddress == nil ? 0 : count * stride)
                    do throws(ReaderFailure) {
                        try reader.receive(into: bytes, deadline: deadline)
                        initialized = count
                    } catch { failure = error }
                }
                if let failure { throw failure }
                return values
            }
        }
        return (shape, values)
    }

    /// The object, if it is a dataset that is not refused.
    private func readable(_ path: String) throws(HDF5Error) -> (index: Int, object: HDF5Object) {
        let (index, object) = try find(path)
        switch object.kind {
        case .dataset: return (index, object)
        case .group: throw .notADataset(file: name, object: object.path)
        case .refused:
            throw .refused(file: name, object: object.path, reason: object.problem ?? "is not read")
        }
    }

    /// The number of elements, within what may be read as 8-byte numbers.
    private func elementCount(_ shape: [Int], object: String) throws(HDF5Error) -> Int {
        if shape.contains(0) { return 0 }
        var count = 1
        for dimension in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow, product >= 0, product <= limits.datasetBytes else {
                throw .refused(
                    file: name, object: object,
                    reason: Refusal(problem: READER_TOO_LARGE, detail: .max).words)
            }
            count = product
        }
        return count
    }
}

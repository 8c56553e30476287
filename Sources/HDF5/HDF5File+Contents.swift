/// What is in the file.
extension HDF5File {
    /// Every object but the root: depth first, by name, each group before what it holds.
    public var objects: [HDF5Object] { Array(contents.objects.dropFirst()) }

    /// The object at a path such as `/a/b` or `a/b`; `/` is the root.
    public func object(at path: String) -> HDF5Object? {
        contents.indices[HDF5Path.absolute(path)].map { contents.objects[$0] }
    }

    /// The objects directly in a group, by name; none if there is no such group.
    public func children(of path: String) -> [HDF5Object] {
        let absolute = HDF5Path.absolute(path)
        let prefix = absolute == "/" ? "/" : absolute + "/"
        guard let start = contents.indices[absolute] else { return [] }
        return contents.objects[(start + 1)...]
            .prefix { $0.path.utf8.starts(with: prefix.utf8) }
            .filter { $0.path.utf8.count == prefix.utf8.count + $0.name.utf8.count }
    }

    /// The names of an object's attributes, sorted; none if there is no such object.
    public func attributeNames(at path: String) -> [String] { object(at: path)?.attributeNames ?? [] }

    /// The number of an object and the object, or an error that helps to find it.
    func find(_ path: String) throws(HDF5Error) -> (index: Int, object: HDF5Object) {
        let absolute = HDF5Path.absolute(path)
        if let index = contents.indices[absolute] { return (index, contents.objects[index]) }
        throw .missingObject(file: name, object: absolute, hint: hint(for: absolute))
    }

    /// The nearest ancestor that is there, and what it holds or why it holds nothing.
    private func hint(for path: String) -> String? {
        var ancestor = path
        while let slash = ancestor.lastIndex(of: "/"), ancestor != "/" {
            ancestor = slash == ancestor.startIndex ? "/" : String(ancestor[..<slash])
            guard let object = object(at: ancestor) else { continue }
            if let problem = object.problem { return "\(ancestor) \(problem)" }
            let names = children(of: ancestor).map(\.name)
            if names.isEmpty { return "\(ancestor) is empty" }
            return "\(ancestor) holds " + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
        }
        return nil
    }
}

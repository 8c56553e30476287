// The table of contents: depth first, by name, parents before children.
#include "session.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    session *reader;
    byte_buffer *toc;
    verdict failure;  // of the file as a whole
    // Groups already visited: an open-addressed set of object indices, by address.
    uint32_t *visited;
    uint32_t visited_room;
    uint32_t visited_count;
    uint64_t listed;  // objects and attributes
    uint64_t path_bytes;
} walk;

typedef struct {
    walk *all;
    uint32_t parent;
    uint32_t depth;
    size_t path_bytes;
} walk_position;

static void walk_object(walk_position at, const char *name, const H5L_info_t *link);

static size_t slot_of(const walk *all, haddr_t address) {
    size_t mask = all->visited_room - 1;
    size_t slot = (size_t)((address * 0x9E3779B97F4A7C15u) >> 20) & mask;
    while (all->visited[slot] != 0 && all->reader->objects[all->visited[slot] - 1].address != address) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

// The index of the group at `address` when it was visited before; otherwise remembers it as `index`.
static bool was_visited(walk *all, haddr_t address, uint32_t index, uint32_t *before) {
    if (all->visited_count * 2 >= all->visited_room) {
        uint32_t room = all->visited_room == 0 ? 256 : all->visited_room * 2;
        uint32_t *old = all->visited;
        uint32_t old_room = all->visited_room;
        all->visited = calloc(room, sizeof *all->visited);
        if (all->visited == NULL) _Exit(1);
        all->visited_room = room;
        for (uint32_t i = 0; i < old_room; i++) {
            if (old[i] != 0) all->visited[slot_of(all, all->reader->objects[old[i] - 1].address)] = old[i];
        }
        free(old);
    }
    size_t slot = slot_of(all, address);
    if (all->visited[slot] != 0) {
        *before = all->visited[slot] - 1;
        return true;
    }
    all->visited[slot] = index + 1;
    all->visited_count++;
    return false;
}

static void fail(walk *all, reader_problem problem, uint64_t detail) {
    if (all->failure.problem == READER_NO_PROBLEM) all->failure = REFUSED(problem, detail);
}

static void append(walk *all, const void *bytes, size_t count) {
    if (!buffer_append(all->toc, bytes, count)) fail(all, READER_OUT_OF_MEMORY, count);
}

static bool count_one(walk *all) {
    if (++all->listed <= all->reader->limits.objects) return true;
    fail(all, READER_TOO_MANY_OBJECTS, all->reader->limits.objects);
    return false;
}

// Adds the object to the session's list; its index, or UINT32_MAX.
static uint32_t remember(walk *all, haddr_t address) {
    session *reader = all->reader;
    if (reader->count == reader->room) {
        uint32_t room = reader->room == 0 ? 256 : reader->room * 2;
        session_object *larger = realloc(reader->objects, room * sizeof *larger);
        if (larger == NULL) {
            fail(all, READER_OUT_OF_MEMORY, room * sizeof *larger);
            return UINT32_MAX;
        }
        reader->objects = larger;
        reader->room = room;
    }
    reader->objects[reader->count] = (session_object){.address = address, .kind = READER_IS_REFUSED};
    return reader->count++;
}

static herr_t list_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)object;
    (void)info;
    walk *all = context;
    if (!count_one(all)) return -1;
    uint32_t count = (uint32_t)strnlen(name, 65536);
    append(all, &count, sizeof count);
    append(all, name, count);
    return 0;
}

static herr_t list_link(hid_t group, const char *name, const H5L_info_t *link, void *context) {
    (void)group;
    walk_position *at = context;
    walk_object(*at, name, link);
    return at->all->failure.problem == READER_NO_PROBLEM ? 0 : -1;
}

static verdict check_name(const walk *all, const char *name, size_t count) {
    bool is_bad = count == 0 || count > all->reader->limits.name_bytes || !is_utf8(name, count)
        || strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    return is_bad ? REFUSED(READER_BAD_NAME, count) : ACCEPTED;
}

static verdict check_link(const H5L_info_t *link) {
    switch (link->type) {
    case H5L_TYPE_HARD: return ACCEPTED;
    case H5L_TYPE_SOFT: return REFUSED(READER_SOFT_LINK, 0);
    case H5L_TYPE_EXTERNAL: return REFUSED(READER_EXTERNAL_LINK, 0);
    default: return REFUSED(READER_UNKNOWN_LINK, 0);
    }
}

// Writes the record of an opened (or refused) object. The attribute count is known only afterwards, so it is patched.
static void write_record(walk *all, uint32_t index, uint32_t parent, const char *name, size_t name_bytes, hid_t object,
                         const dataset_shape *shape, verdict found) {
    session_object *entry = &all->reader->objects[index];
    entry->problem = found.problem;
    entry->element = shape->element;
    reader_record record = {
        .parent = parent,
        .kind = entry->kind,
        .element = shape->element,
        .element_bytes = shape->element_bytes,
        .rank = shape->rank,
        .name_bytes = (uint32_t)name_bytes,
        .problem = found.problem,
        .detail = found.detail,
    };
    size_t start = all->toc->count;
    append(all, &record, sizeof record);
    for (int axis = 0; axis < shape->rank; axis++) {
        uint64_t dimension = shape->dimensions[axis];
        append(all, &dimension, sizeof dimension);
    }
    append(all, name, name_bytes);
    if (object < 0 || all->failure.problem != READER_NO_PROBLEM) return;
    uint64_t before = all->listed;
    hsize_t position = 0;
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, list_attribute, all);
    record.attributes = (uint32_t)(all->listed - before);
    if (all->failure.problem == READER_NO_PROBLEM) memcpy(all->toc->bytes + start, &record, sizeof record);
}

static void mark(walk *all, size_t record_start, uint32_t index, reader_problem problem) {
    reader_record record;
    memcpy(&record, all->toc->bytes + record_start, sizeof record);
    record.problem = problem;
    memcpy(all->toc->bytes + record_start, &record, sizeof record);
    all->reader->objects[index].problem = problem;
}

static void walk_group(walk_position at, uint32_t index, const char *name, size_t name_bytes, hid_t group) {
    walk *all = at.all;
    session_object *entry = &all->reader->objects[index];
    dataset_shape none = {0};
    uint32_t before = 0;
    verdict found = ACCEPTED;
    if (at.depth > all->reader->limits.depth) {
        found = REFUSED(READER_TOO_DEEP, all->reader->limits.depth);
    } else if (was_visited(all, entry->address, index, &before)) {
        found = REFUSED(READER_SEEN_BEFORE, before);
    } else {
        entry->kind = READER_IS_GROUP;
    }
    size_t start = all->toc->count;
    bool is_listed = found.problem == READER_NO_PROBLEM;
    write_record(all, index, at.parent, name, name_bytes, is_listed ? group : H5I_INVALID_HID, &none, found);
    if (!is_listed || all->failure.problem != READER_NO_PROBLEM) return;
    walk_position inside = {all, index, at.depth + 1, at.path_bytes + name_bytes + 1};
    hsize_t position = 0;
    herr_t done = H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, list_link, &inside);
    if (done < 0 && all->failure.problem == READER_NO_PROBLEM) mark(all, start, index, READER_DAMAGED);
}

static void walk_object(walk_position at, const char *name, const H5L_info_t *link) {
    walk *all = at.all;
    size_t name_bytes = strnlen(name, 65536);
    if (!count_one(all)) return;
    all->path_bytes += at.path_bytes + name_bytes + 1;
    if (all->path_bytes > all->reader->limits.path_bytes) {
        fail(all, READER_NAMES_TOO_LONG, all->reader->limits.path_bytes);
        return;
    }
    uint32_t index = remember(all, link->type == H5L_TYPE_HARD ? link->u.address : HADDR_UNDEF);
    if (index == UINT32_MAX) return;

    dataset_shape shape = {0};
    verdict found = check_name(all, name, name_bytes);
    if (found.problem == READER_BAD_NAME && name_bytes > 64) name_bytes = 64;
    if (found.problem == READER_NO_PROBLEM) found = check_link(link);
    hid_t object = H5I_INVALID_HID;
    if (found.problem == READER_NO_PROBLEM) {
        object = H5Oopen_by_addr(all->reader->file, link->u.address);
        if (object < 0) found = REFUSED(READER_DAMAGED, 0);
    }
    H5I_type_t type = object < 0 ? H5I_BADID : H5Iget_type(object);
    if (type == H5I_GROUP) {
        walk_group(at, index, name, name_bytes, object);
        H5Oclose(object);
        return;
    }
    if (type == H5I_DATASET) {
        found = dataset_check(all->reader, object, &shape);
        all->reader->objects[index].kind =
            found.problem == READER_NO_PROBLEM ? READER_IS_DATASET : READER_IS_REFUSED;
    } else if (object >= 0) {
        found = REFUSED(READER_NOT_DATA, 0);
    }
    write_record(all, index, at.parent, name, name_bytes, object, &shape, found);
    if (object >= 0) H5Oclose(object);
}

verdict session_walk(session *reader, byte_buffer *toc) {
    walk all = {.reader = reader, .toc = toc};
    H5O_info_t info;
    hid_t root = H5Gopen2(reader->file, "/", H5P_DEFAULT);
    if (root < 0 || H5Oget_info1(root, &info) < 0) return REFUSED(READER_NOT_OPENED, 0);
    remember(&all, info.addr);
    if (all.failure.problem == READER_NO_PROBLEM) {
        walk_group((walk_position){&all, READER_ROOT_PARENT, 0, 0}, 0, "", 0, root);
    }
    H5Gclose(root);
    free(all.visited);
    return all.failure;
}

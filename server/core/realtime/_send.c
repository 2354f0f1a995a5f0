/* send_many(sockets, data): one send() per socket, the GIL released for all of them.

   sockets: a buffer of C ints, non-blocking sockets. data: bytes.
   Answers None when every socket took everything; else a list of (index, n): n bytes were taken (fewer than
   all, perhaps none), or -errno. The caller deals with the rest; nothing is retried here. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL /* macOS; Python ignores SIGPIPE anyway */
#define MSG_NOSIGNAL 0
#endif

static PyObject *send_many(PyObject *module, PyObject *args)
{
    Py_buffer sockets, data;
    if (!PyArg_ParseTuple(args, "y*y*", &sockets, &data))
        return NULL;

    Py_ssize_t count = sockets.len / (Py_ssize_t)sizeof(int);
    const int *fds = sockets.buf;
    Py_ssize_t *short_ones = malloc((count ? count : 1) * 2 * sizeof(Py_ssize_t));
    if (short_ones == NULL) {
        PyBuffer_Release(&sockets);
        PyBuffer_Release(&data);
        return PyErr_NoMemory();
    }
    Py_ssize_t found = 0;

    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < count; i++) {
        ssize_t sent = send(fds[i], data.buf, data.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent == data.len)
            continue;
        if (sent < 0)
            sent = (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? 0 : -errno;
        short_ones[2 * found] = i;
        short_ones[2 * found + 1] = sent;
        found++;
    }
    Py_END_ALLOW_THREADS

    PyBuffer_Release(&sockets);
    PyBuffer_Release(&data);
    if (found == 0) {
        free(short_ones);
        Py_RETURN_NONE;
    }
    PyObject *answer = PyList_New(found);
    for (Py_ssize_t i = 0; answer != NULL && i < found; i++) {
        PyObject *pair = Py_BuildValue("(nn)", short_ones[2 * i], short_ones[2 * i + 1]);
        if (pair == NULL)
            Py_CLEAR(answer);
        else
            PyList_SET_ITEM(answer, i, pair);
    }
    free(short_ones);
    return answer;
}

static PyMethodDef methods[] = {
    {"send_many", send_many, METH_VARARGS, PyDoc_STR("One send() per socket, the GIL released.")},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_send", .m_size = 0, .m_methods = methods,
};

PyMODINIT_FUNC PyInit__send(void)
{
    return PyModuleDef_Init(&module);
}

// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_YAML_HPP
#define OPENCV_DERAND_YAML_HPP

namespace cv { namespace derand {

/** @brief A value of a settings file. Numbers stay text: the caller decides what is an integer, and what is too large. */
struct YamlNode
{
    enum Kind
    {
        PLAIN,    //!< text without quotes: a number or a word; empty if nothing follows "name:"
        QUOTED,   //!< text that was in quotes
        SEQUENCE, //!< items
        MAP       //!< names, and one item for each; no name occurs twice
    };

    Kind kind;
    int line; //!< from 1
    String text;
    std::vector<YamlNode> items;
    std::vector<String> names;
};

/** @brief Reads the part of YAML that a settings file needs.

One map whose values are strings, sequences or maps of these, in lines of equal indentation or in brackets and braces. Everything
else in YAML (tabs, anchors, tags, text of several lines, several documents, repeated names) is refused and the error names its
line, so what is accepted means the same to every YAML reader.

cv::FileStorage is not suitable: it truncates integers to 32 bits, reads 010 as 8, 1e400 as Inf and "\u00e9" as "00e9", loops forever
on what follows the first document, and overflows the stack on deep nesting. Each of these either ends the process or silently
changes votes.
@param text UTF-8; a byte order mark is skipped
@param name of the file, for errors
 */
YamlNode parseYaml(const String& text, const String& name);

}} // namespace cv::derand

#endif

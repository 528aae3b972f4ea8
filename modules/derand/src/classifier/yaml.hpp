// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_YAML_HPP
#define OPENCV_DERAND_YAML_HPP

namespace cv { namespace derand {

/** @brief A value of a settings file. Numbers stay text: who asks for one decides what is an integer, and what is too large. */
struct YamlNode
{
    enum Kind
    {
        PLAIN,    //!< text outside quotes: a number or a word; empty after "name:" alone
        QUOTED,   //!< text that was in quotes
        SEQUENCE, //!< items
        MAP       //!< names and items, one for each, no name twice
    };

    Kind kind;
    int line; //!< from 1
    String text;
    std::vector<YamlNode> items;
    std::vector<String> names;
};

/** @brief Reads the part of YAML that a settings file needs.

One map whose values are strings, sequences or maps of these; in lines of equal indentation or in brackets and braces. Whatever else
YAML has (tabs, anchors, tags, text of several lines, several documents, a name given twice) is refused with its line, so what
is accepted means the same to every reader of YAML.

cv::FileStorage does not serve: it cuts integers to 32 bits, takes 010 for 8, 1e400 for Inf and "\u00e9" for "00e9", loops on
what follows a first document, and overflows the stack on deep nesting. Each of these ends the process, or changes votes in
silence.
@param text UTF-8; a byte order mark is skipped
@param name of the file, for errors
 */
YamlNode parseYaml(const String& text, const String& name);

}} // namespace cv::derand

#endif
